/* Swagger UI: the application that shows an API, here a pet shop's. */
import 'swagger-ui-dist/swagger-ui.css';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';

const pet = { type: 'object', required: ['name'], properties: { id: { type: 'integer', format: 'int64', example: 10 }, name: { type: 'string', example: 'doggie' }, status: { type: 'string', enum: ['available', 'sold'] } } };
const json = (schema) => ({ 'application/json': { schema } });
SwaggerUI({
  dom_id: '#root',
  deepLinking: false,
  filter: true,
  spec: {
    openapi: '3.0.4',
    info: { title: 'Pet shop', version: '1.0.27', description: 'A **sample** shop. [Find out more](https://swagger.io)', contact: { email: 'api@pets.test' }, license: { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0.html' } },
    servers: [{ url: 'https://pets.test/v3' }, { url: 'https://pets.test/v2' }],
    tags: [{ name: 'pet', description: 'Everything about your pets', externalDocs: { url: 'https://swagger.io', description: 'Find out more' } }, { name: 'store' }],
    components: { schemas: { Pet: pet }, securitySchemes: { key: { type: 'apiKey', name: 'api_key', in: 'header' }, basic: { type: 'http', scheme: 'basic' } } },
    security: [{ key: [] }],
    paths: {
      '/pet': { post: { tags: ['pet'], summary: 'Add a new pet', operationId: 'addPet', requestBody: { required: true, content: json({ $ref: '#/components/schemas/Pet' }) }, responses: { 200: { description: 'Done', content: json({ $ref: '#/components/schemas/Pet' }) }, 422: { description: 'Invalid' } } } },
      '/pet/{petId}': { get: { tags: ['pet'], summary: 'Find a pet', operationId: 'getPet', parameters: [{ name: 'petId', in: 'path', required: true, description: 'ID of the pet', schema: { type: 'integer' } }, { name: 'status', in: 'query', schema: { type: 'array', items: { type: 'string', enum: ['available', 'sold'] } } }, { name: 'full', in: 'query', schema: { type: 'boolean', default: true } }], responses: { 200: { description: 'Done', content: json({ $ref: '#/components/schemas/Pet' }) } } }, delete: { tags: ['pet'], deprecated: true, summary: 'Delete a pet', parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'integer' } }], responses: { 400: { description: 'Invalid' } } } },
      '/store/order': { get: { tags: ['store'], summary: 'Orders', responses: { default: { description: 'Unknown' } } } },
    },
  },
});
